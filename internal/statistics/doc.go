// Package statistics counts dossiers over a period. It is pure: the records, the period and the moment at which the
// question is asked come in, and every figure is computed from that one dated population, so that the parts sum to the
// whole: what was carried over, came in or was taken up again is what was settled, was closed otherwise or is open at the
// end. No figure says anything about an officer or an applicant.
//
// A dossier is settled when its result is ready, which is when its clock is finished; that the result is still to be
// handed over makes it no later. What ends without a decision is counted by how it ended.
package statistics
