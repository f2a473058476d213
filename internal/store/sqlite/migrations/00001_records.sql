-- What the file is about: the agency it belongs to and the secret that was made with it.
CREATE TABLE meta (
  key   TEXT NOT NULL PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The exact text of every revision that a dossier cites, kept for ever.
CREATE TABLE revision (
  digest    TEXT    NOT NULL PRIMARY KEY,
  procedure TEXT    NOT NULL,
  number    INTEGER NOT NULL,
  text      TEXT    NOT NULL
) STRICT;

-- The last serial number given in a period.
CREATE TABLE counter (
  period TEXT    NOT NULL PRIMARY KEY,
  serial INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The head of every dossier: what is looked up by, and the end of its chain. Times are milliseconds since 1970.
CREATE TABLE dossier (
  id          INTEGER PRIMARY KEY,
  code        TEXT    NOT NULL UNIQUE,
  procedure   TEXT    NOT NULL,
  revision    INTEGER NOT NULL,
  digest      TEXT    NOT NULL REFERENCES revision (digest),
  version     INTEGER NOT NULL,
  hash        BLOB    NOT NULL,
  open        INTEGER NOT NULL,
  outcome     TEXT    NOT NULL,
  received_at INTEGER NOT NULL,
  due_at      INTEGER,
  ended_at    INTEGER
) STRICT;

-- What happened. The rows are never changed; id counts the events of the agency without gaps.
CREATE TABLE event (
  id      INTEGER PRIMARY KEY,
  dossier INTEGER NOT NULL REFERENCES dossier (id),
  seq     INTEGER NOT NULL,
  at      INTEGER NOT NULL,
  type    TEXT    NOT NULL,
  officer TEXT    NOT NULL,
  role    TEXT    NOT NULL,
  action  TEXT    NOT NULL,
  origin  TEXT    NOT NULL,
  target  TEXT    NOT NULL,
  data    TEXT    NOT NULL,
  prev    BLOB    NOT NULL,
  hash    BLOB    NOT NULL,
  UNIQUE (dossier, seq)
) STRICT;

-- The steps that are open, for inboxes and for what runs out.
CREATE TABLE work_item (
  dossier    INTEGER NOT NULL REFERENCES dossier (id),
  branch     TEXT    NOT NULL,
  step       TEXT    NOT NULL,
  role       TEXT    NOT NULL,
  assignee   TEXT    NOT NULL,
  entered_at INTEGER NOT NULL,
  due_at     INTEGER,
  expires_at INTEGER,
  PRIMARY KEY (dossier, branch)
) STRICT, WITHOUT ROWID;

CREATE INDEX work_item_by_role ON work_item (role, due_at);
CREATE INDEX work_item_by_expiry ON work_item (expires_at) WHERE expires_at IS NOT NULL;

CREATE TRIGGER event_is_final BEFORE UPDATE ON event
BEGIN SELECT raise(ABORT, 'an event is never changed'); END;

CREATE TRIGGER event_stays BEFORE DELETE ON event
BEGIN SELECT raise(ABORT, 'an event is never deleted'); END;

-- REPLACE deletes rows without firing the trigger above.
CREATE TRIGGER event_is_new BEFORE INSERT ON event
WHEN EXISTS (SELECT 1 FROM event WHERE dossier = NEW.dossier AND seq = NEW.seq OR id = NEW.id)
BEGIN SELECT raise(ABORT, 'an event is never replaced'); END;

CREATE TRIGGER dossier_stays BEFORE DELETE ON dossier
BEGIN SELECT raise(ABORT, 'a dossier is never deleted'); END;

CREATE TRIGGER dossier_is_itself BEFORE UPDATE OF id, code, received_at ON dossier
BEGIN SELECT raise(ABORT, 'the identity of a dossier never changes'); END;

CREATE TRIGGER revision_is_final BEFORE UPDATE ON revision
BEGIN SELECT raise(ABORT, 'a revision is never changed'); END;

CREATE TRIGGER revision_stays BEFORE DELETE ON revision
BEGIN SELECT raise(ABORT, 'a revision is never deleted'); END;
