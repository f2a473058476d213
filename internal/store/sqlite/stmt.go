package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"

	"chuan.dev/chuan/internal/store"
)

// statements are those of the writer's connection, prepared when they are first needed, so that an idle agency holds none.
// They speak to the driver itself: what database/sql does for every call (locks, checks, conversions) costs as much as
// one of the two rows that a transition writes.
type statements struct {
	conn     driver.Conn
	prepared map[string]*statement
	// asked counts the requests with a key.
	asked int
}

// statement is a prepared statement with a place for its arguments.
type statement struct {
	exec  driver.StmtExecContext
	query driver.StmtQueryContext
	close func() error
	args  []driver.NamedValue
}

// on makes the connection the one that is used, as long as the writer holds it.
func (w *statements) on(conn driver.Conn) *statements {
	w.conn = conn
	return w
}

// bound returns a statement with arguments.
func (w *statements) bound(ctx context.Context, text string, args []driver.Value) (*statement, error) {
	s := w.prepared[text]
	if s == nil {
		var err error
		if s, err = w.prepare(ctx, text); err != nil {
			return nil, err
		}
		w.prepared[text] = s
	}
	// The driver does not say how many places a statement has; every use fills all of them.
	for len(s.args) < len(args) {
		s.args = append(s.args, driver.NamedValue{Ordinal: len(s.args) + 1})
	}
	for i, value := range args {
		s.args[i].Value = value
	}
	return s, nil
}

func (w *statements) prepare(ctx context.Context, text string) (*statement, error) {
	preparer, ok := w.conn.(driver.ConnPrepareContext)
	if !ok {
		return nil, errors.New("the driver cannot prepare statements")
	}
	prepared, err := preparer.PrepareContext(ctx, text)
	if err != nil {
		return nil, fmt.Errorf("prepare %q: %w", text, err)
	}
	s := &statement{close: prepared.Close}
	if s.exec, ok = prepared.(driver.StmtExecContext); ok {
		s.query, ok = prepared.(driver.StmtQueryContext)
	}
	if !ok {
		return nil, errors.Join(errors.New("the driver's statements take no context"), s.close())
	}
	return s, nil
}

// exec runs a statement that returns no rows, and says how many it has changed.
func (w *statements) exec(ctx context.Context, text string, args ...driver.Value) (int64, error) {
	s, err := w.bound(ctx, text, args)
	if err != nil {
		return 0, err
	}
	result, err := s.exec.ExecContext(ctx, s.args)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// insert runs a statement that inserts a row, and returns its number.
func (w *statements) insert(ctx context.Context, text string, args ...driver.Value) (int64, error) {
	s, err := w.bound(ctx, text, args)
	if err != nil {
		return 0, err
	}
	result, err := s.exec.ExecContext(ctx, s.args)
	if err != nil {
		return 0, err
	}
	return result.LastInsertId()
}

// rows runs a query and hands over every row, whose values are valid until the next one.
func (w *statements) rows(
	ctx context.Context, text string, each func([]driver.Value) error, args ...driver.Value,
) (err error) {
	s, err := w.bound(ctx, text, args)
	if err != nil {
		return err
	}
	rows, err := s.query.QueryContext(ctx, s.args)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	values := make([]driver.Value, len(rows.Columns()))
	for {
		err := rows.Next(values)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = each(values)
		}
		if err != nil {
			return err
		}
	}
}

// row runs a query and returns its only row; store.ErrNotFound when it has none.
func (w *statements) row(ctx context.Context, text string, args ...driver.Value) (found []driver.Value, err error) {
	err = w.rows(ctx, text, func(values []driver.Value) error {
		found = values
		return nil
	}, args...)
	if err == nil && found == nil {
		err = store.ErrNotFound
	}
	return found, err
}

// fields are the values of a row, which are scanned as those of database/sql.
type fields []driver.Value

// Scan takes the values over. Their types are those of the columns, which are strict.
func (f fields) Scan(dest ...any) error {
	for i, d := range dest {
		ok := true
		switch d := d.(type) {
		case *int64:
			*d, ok = f[i].(int64)
		case *string:
			*d, ok = f[i].(string)
		case *[]byte:
			*d, ok = f[i].([]byte)
		case *bool:
			var n int64
			n, ok = f[i].(int64)
			*d = n != 0
		case *sql.NullInt64:
			d.Int64, d.Valid = f[i].(int64)
		default:
			ok = false
		}
		if !ok {
			return fmt.Errorf("column %d holds %T, which is none of %T", i, f[i], d)
		}
	}
	return nil
}

// number runs a query for a single number.
func (w *statements) number(ctx context.Context, text string, args ...driver.Value) (int64, error) {
	values, err := w.row(ctx, text, args...)
	if err != nil {
		return 0, err
	}
	n, ok := values[0].(int64)
	if !ok {
		return 0, fmt.Errorf("%q returned no number", text)
	}
	return n, nil
}

// close gives the statements back. A connection with one that was not stays open, and its log is never brought into the
// file.
func (w *statements) close() error {
	var failures []error
	for _, s := range w.prepared {
		failures = append(failures, s.close())
	}
	clear(w.prepared)
	return errors.Join(failures...)
}
