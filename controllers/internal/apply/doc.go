// Package apply makes objects what their apply configurations say, by server-side apply, and spares every call that would
// change nothing: an apply that changes nothing costs the API server as much as one that does.
//
// # The gate
//
// For every object the [Applier] remembers a hash of what it last applied and the version of the object that came of it.
// As long as the intent has the same hash and the object in the cache has that version, nothing is sent. When someone
// edits the object, its version moves, the intent is applied once more, and the version that comes of that is remembered,
// also when the edit touched nothing of ours and stays.
//
// The version of an object with a generation is its generation together with its labels, annotations and owners. Its
// resourceVersion would not do: it moves with every change of status. The version of any other object is its
// resourceVersion.
//
// A cache is behind its own writer for a moment. An object in the cache that is older than the last apply is taken as not
// yet up to date; one that has not appeared yet is given [settleTime].
//
// # Echoes
//
// Every write comes back as a watch event, often before its answer. [Applier.News] drops those, so that a pass over an owner
// does not cause the next one. What it drops while a call is under way is compared with the answer: see
// [Applied.Overtaken].
//
// The memory is bounded: it holds one entry for each object that exists, and [Applier.Forget] drops those of an owner that
// is gone. It is empty when the process starts, so that every object is applied once: what was edited while no operator
// ran is put right.
package apply
