package vault

import (
	"fmt"
	"io"
	"log/slog"
)

// hidden is what a key looks like to whoever prints, logs or encodes it.
const hidden = "[key]"

// Format hides the key from every verb of package fmt.
func (m Master) Format(f fmt.State, _ rune) { hide(f) }

// String hides the key.
func (m Master) String() string { return hidden }

// LogValue hides the key from logs.
func (m Master) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText hides the key from encoders, as that of JSON. What it gives cannot be read as a key.
func (m Master) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// Format hides the keys from every verb of package fmt.
func (k Keys) Format(f fmt.State, _ rune) { hide(f) }

// String hides the keys.
func (k Keys) String() string { return hidden }

// LogValue hides the keys from logs.
func (k Keys) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText hides the keys from encoders.
func (k Keys) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// Format hides the key from every verb of package fmt.
func (d DataKey) Format(f fmt.State, _ rune) { hide(f) }

// String hides the key.
func (d DataKey) String() string { return hidden }

// LogValue hides the key from logs.
func (d DataKey) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText hides the key from encoders.
func (d DataKey) MarshalText() ([]byte, error) { return []byte(hidden), nil }

func hide(w io.Writer) {
	// Package fmt writes to a buffer of its own, which takes everything.
	_, _ = io.WriteString(w, hidden)
}
