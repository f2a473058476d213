-- Heads say more: what kind of record it is, by which channel it came in, and when it was accepted, finished, and may be
-- disposed of. data_key is the encrypted key of its personal data; it goes when the record is disposed of.
ALTER TABLE dossier ADD COLUMN kind          TEXT    NOT NULL DEFAULT 'dossier';
ALTER TABLE dossier ADD COLUMN channel       TEXT    NOT NULL DEFAULT '';
ALTER TABLE dossier ADD COLUMN result        TEXT    NOT NULL DEFAULT '';
ALTER TABLE dossier ADD COLUMN accepted_at   INTEGER;
ALTER TABLE dossier ADD COLUMN finished_at   INTEGER;
ALTER TABLE dossier ADD COLUMN dispose_after INTEGER;
ALTER TABLE dossier ADD COLUMN disposed      INTEGER NOT NULL DEFAULT 0;
ALTER TABLE dossier ADD COLUMN data_key      BLOB;

-- What follows no procedure cites this one, which has no text.
INSERT INTO revision (digest, procedure, number, text) VALUES ('', '', 0, '');

CREATE INDEX dossier_by_arrival ON dossier (received_at);
CREATE INDEX dossier_by_due ON dossier (due_at) WHERE open = 1 AND due_at IS NOT NULL;
CREATE INDEX dossier_by_end ON dossier (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX dossier_by_disposal ON dossier (dispose_after) WHERE dispose_after IS NOT NULL AND disposed = 0;
-- By far the most records are dossiers; the others are found without going through those.
CREATE INDEX dossier_by_kind ON dossier (kind, received_at) WHERE kind <> 'dossier';

-- The steps that are open. A step without a time has the last there is, so that the order of an inbox is that of its index,
-- in which the key (dossier, branch) follows by itself.
CREATE TABLE work (
  dossier    INTEGER NOT NULL,
  branch     TEXT    NOT NULL,
  step       TEXT    NOT NULL,
  role       TEXT    NOT NULL,
  assignee   TEXT    NOT NULL,
  entered_at INTEGER NOT NULL,
  due_at     INTEGER NOT NULL,
  expires_at INTEGER,
  PRIMARY KEY (dossier, branch)
) STRICT, WITHOUT ROWID;

INSERT INTO work SELECT dossier, branch, step, role, assignee, entered_at, ifnull(due_at, 9223372036854775807), expires_at
  FROM work_item ORDER BY dossier, branch;
DROP TABLE work_item;

CREATE INDEX work_by_role ON work (role, due_at);
CREATE INDEX work_by_expiry ON work (expires_at) WHERE expires_at IS NOT NULL;

-- Keyed hashes under which a dossier is found, and the documents that it cites.
CREATE TABLE search_key (
  dossier INTEGER NOT NULL,
  hash    BLOB    NOT NULL,
  PRIMARY KEY (dossier, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX search_key_by_hash ON search_key (hash);

CREATE TABLE citation (
  dossier INTEGER NOT NULL,
  hash    BLOB    NOT NULL,
  PRIMARY KEY (dossier, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX citation_by_hash ON citation (hash);

-- Messages to others, numbered by receiver without gaps. next_at is when a failed one is tried again, 0 for at once.
CREATE TABLE message (
  id       INTEGER PRIMARY KEY,
  receiver TEXT    NOT NULL,
  number   INTEGER NOT NULL,
  kind     TEXT    NOT NULL,
  body     BLOB    NOT NULL,
  dossier  INTEGER NOT NULL REFERENCES dossier (id),
  at       INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_at  INTEGER NOT NULL DEFAULT 0,
  failure  TEXT    NOT NULL DEFAULT '',
  sent_at  INTEGER,
  UNIQUE (receiver, number)
) STRICT;
CREATE INDEX message_waiting ON message (id) WHERE sent_at IS NULL;
CREATE INDEX message_held ON message (receiver, number) WHERE sent_at IS NULL AND next_at > 0;

-- Messages that were taken, and of what they became a part; nothing where that was not handed over.
CREATE TABLE incoming (
  sender  TEXT    NOT NULL,
  number  INTEGER NOT NULL,
  dossier INTEGER REFERENCES dossier (id),
  version INTEGER,
  PRIMARY KEY (sender, number)
) STRICT, WITHOUT ROWID;

-- Requests that were answered.
CREATE TABLE once (
  key     BLOB    NOT NULL PRIMARY KEY,
  request BLOB    NOT NULL,
  at      INTEGER NOT NULL,
  dossier INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX once_by_time ON once (at);

-- The signed roots of days.
CREATE TABLE day_root (
  day       TEXT    NOT NULL PRIMARY KEY,
  first     INTEGER NOT NULL,
  last      INTEGER NOT NULL,
  root      BLOB    NOT NULL,
  prev      BLOB    NOT NULL,
  key_id    TEXT    NOT NULL,
  signature BLOB    NOT NULL
) STRICT;

-- The events themselves, once more: without a foreign key, which makes the database look for the dossier at every insertion,
-- and be ready to take back what an insertion with a trigger has touched. That every event has its dossier is what Verify
-- says.
CREATE TABLE event_2 (
  id      INTEGER PRIMARY KEY,
  dossier INTEGER NOT NULL,
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
INSERT INTO event_2 SELECT id, dossier, seq, at, type, officer, role, action, origin, target, data, prev, hash
  FROM event ORDER BY id;
DROP TABLE event;
ALTER TABLE event_2 RENAME TO event;

CREATE TRIGGER event_is_final BEFORE UPDATE ON event
BEGIN SELECT raise(ABORT, 'an event is never changed'); END;

CREATE TRIGGER event_stays BEFORE DELETE ON event
BEGIN SELECT raise(ABORT, 'an event is never deleted'); END;

-- REPLACE deletes rows without firing the trigger above. FAIL does the same as ABORT to a single row. A number that the
-- database gives by itself, which is -1 until then, is always a new one.
CREATE TRIGGER event_is_new BEFORE INSERT ON event
WHEN EXISTS (SELECT 1 FROM event WHERE dossier = NEW.dossier AND seq = NEW.seq)
  OR NEW.id <> -1 AND EXISTS (SELECT 1 FROM event WHERE id = NEW.id)
BEGIN SELECT raise(FAIL, 'an event is never replaced'); END;

-- Likewise a dossier, of which the head may change but not whose it is.
CREATE TRIGGER dossier_is_new BEFORE INSERT ON dossier
WHEN EXISTS (SELECT 1 FROM dossier WHERE code = NEW.code) OR EXISTS (SELECT 1 FROM dossier WHERE id = NEW.id)
BEGIN SELECT raise(FAIL, 'a dossier is never replaced'); END;

CREATE TRIGGER dossier_stays_of_its_kind BEFORE UPDATE OF kind ON dossier
BEGIN SELECT raise(ABORT, 'the identity of a dossier never changes'); END;

CREATE TRIGGER dossier_keeps_its_key BEFORE UPDATE OF data_key ON dossier WHEN NEW.data_key IS NOT NULL
BEGIN SELECT raise(ABORT, 'a data key is never changed, only taken away'); END;

CREATE TRIGGER dossier_stays_disposed BEFORE UPDATE OF disposed ON dossier WHEN OLD.disposed = 1 AND NEW.disposed <> 1
BEGIN SELECT raise(ABORT, 'what was disposed of never comes back'); END;

CREATE TRIGGER revision_is_new BEFORE INSERT ON revision
WHEN EXISTS (SELECT 1 FROM revision WHERE digest = NEW.digest)
BEGIN SELECT raise(FAIL, 'a revision is never replaced'); END;

CREATE TRIGGER day_root_is_final BEFORE UPDATE ON day_root
BEGIN SELECT raise(ABORT, 'a root is never changed'); END;

CREATE TRIGGER day_root_stays BEFORE DELETE ON day_root
BEGIN SELECT raise(ABORT, 'a root is never deleted'); END;

CREATE TRIGGER day_root_is_new BEFORE INSERT ON day_root WHEN EXISTS (SELECT 1 FROM day_root WHERE day = NEW.day)
BEGIN SELECT raise(FAIL, 'a root is never replaced'); END;
