package procedure

var lawProofs = []proof{}
