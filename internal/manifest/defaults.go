package manifest

import "maps"

// applyDefaults fills the defaults of a schema into a value that was read by it, as the API server does: a field that is
// absent takes its default, and the default of a whole object brings those of its fields.
func applyDefaults(value any, s *schema) {
	switch v := value.(type) {
	case map[string]any:
		for name, property := range s.Properties {
			if _, present := v[name]; !present && property.Default != nil {
				v[name] = copied(property.Default)
			}
			if inner, present := v[name]; present {
				applyDefaults(inner, property)
			}
		}
		if s.Additional != nil {
			for _, inner := range v {
				applyDefaults(inner, s.Additional)
			}
		}
	case []any:
		if s.Items != nil {
			for _, inner := range v {
				applyDefaults(inner, s.Items)
			}
		}
	}
}

// copied keeps an object's own defaults apart from those of the next one. Defaults are scalars or objects of scalars.
func copied(value any) any {
	if object, ok := value.(map[string]any); ok {
		return maps.Clone(object)
	}
	return value
}
