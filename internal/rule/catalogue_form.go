package rule

var formRules = []Rule{}
