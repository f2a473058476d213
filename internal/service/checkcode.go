package service

import (
	"crypto/hmac"
	"crypto/sha256"
)

// checkAlphabet has no characters that are mistaken for one another on a printed slip.
const checkAlphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

// checkLength is the number of characters of a check code: one guess in 2^30 is right.
const checkLength = 6

// checkCode is what the slip of a dossier carries beside its code, which can be guessed. It is made from the code and the
// secret of the agency's records, so that a slip can be printed again and nothing has to be kept.
func checkCode(secret []byte, code string) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("check code\n" + code))
	sum := mac.Sum(nil)
	check := make([]byte, checkLength)
	for i := range check {
		check[i] = checkAlphabet[sum[i]%byte(len(checkAlphabet))]
	}
	return string(check)
}

// checks says whether a check code is that of a dossier.
func checks(secret []byte, code, given string) bool {
	return hmac.Equal([]byte(checkCode(secret, code)), []byte(given))
}
