// Package printform computes what stands on the seven forms of Circular 03/2025/TT-VPCP: the receipt and appointment
// (M01), the request to supplement (M02), the refusal (M03), the apology with the new time (M04), the notice of
// discontinuance (M05), the control slip (M06) and the register (M07).
//
// It is pure, and computes from the record alone: the events of a dossier up to the one that printed the form, and the
// revision of the procedure that held then. What has happened since changes nothing, so that a form that was handed out can
// be printed again at any later time, the same. How a form looks is for who prints it; times are in UTC.
//
// Names of officers are not part of the record. They come from whoever asks, by the officer's id and the time.
package printform
