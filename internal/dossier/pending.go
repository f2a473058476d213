package dossier

import "errors"

var errPending = errors.New("dossier: not built yet")

func (Reassign) decide(*decision) error { return errPending }

func (Extend) decide(*decision) error { return errPending }

func (Recount) decide(*decision) error { return errPending }

func (Withdraw) decide(*decision) error { return errPending }

func (Discontinue) decide(*decision) error { return errPending }

func (Correct) decide(*decision) error { return errPending }

func (Supplement) decide(*decision) error { return errPending }

func (Shelve) decide(*decision) error { return errPending }

func (Lend) decide(*decision) error { return errPending }

func (Return) decide(*decision) error { return errPending }

func (Ask) decide(*decision) error { return errPending }

func (Answer) decide(*decision) error { return errPending }

func (Move) decide(*decision) error { return errPending }

func (Dispose) decide(*decision) error { return errPending }
