package rule

var lawRules = []Rule{}
