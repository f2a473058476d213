-- What belongs to one agency begins with its identification code in every table. Times are milliseconds since 1970, UTC.

-- The agencies: the secret that was made with the records, and how many events, dossiers and messages were numbered. Who
-- writes holds the row, so that the numbers have no gaps however many replicas of the service there are.
CREATE TABLE agency (
  code     text   COLLATE "C" PRIMARY KEY,
  secret   bytea  NOT NULL CHECK (octet_length(secret) = 32),
  events   bigint NOT NULL DEFAULT 0,
  dossiers bigint NOT NULL DEFAULT 0,
  messages bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- The exact text of every revision that a dossier cites, kept for ever.
CREATE TABLE revision (
  agency    text    COLLATE "C" NOT NULL REFERENCES agency (code),
  digest    text    COLLATE "C" NOT NULL,
  procedure text    NOT NULL,
  number    integer NOT NULL,
  text      bytea   NOT NULL,
  PRIMARY KEY (agency, digest)
);

-- The last number given in a period or in a book.
CREATE TABLE counter (
  agency text   COLLATE "C" NOT NULL,
  period text   COLLATE "C" NOT NULL,
  last   bigint NOT NULL,
  PRIMARY KEY (agency, period)
) WITH (fillfactor = 50);

-- The head of every dossier: what is looked up by, and the end of its chain. id counts the dossiers of the agency.
CREATE TABLE dossier (
  agency        text    COLLATE "C" NOT NULL,
  id            bigint  NOT NULL,
  code          text    COLLATE "C" NOT NULL,
  kind          text    COLLATE "C" NOT NULL,
  procedure     text    COLLATE "C" NOT NULL,
  revision      integer NOT NULL,
  digest        text    COLLATE "C",
  channel       text    COLLATE "C" NOT NULL,
  version       bigint  NOT NULL,
  hash          bytea   NOT NULL,
  key           bytea,
  open          boolean NOT NULL,
  outcome       text    COLLATE "C" NOT NULL,
  result        text    COLLATE "C" NOT NULL,
  received_at   bigint  NOT NULL,
  accepted_at   bigint,
  due_at        bigint,
  finished_at   bigint,
  ended_at      bigint,
  dispose_after bigint,
  disposed      boolean NOT NULL,
  PRIMARY KEY (agency, id),
  UNIQUE (agency, code),
  FOREIGN KEY (agency, digest) REFERENCES revision
) WITH (fillfactor = 70);
CREATE INDEX dossier_by_arrival ON dossier (agency, received_at, id);
CREATE INDEX dossier_by_due ON dossier (agency, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX dossier_by_end ON dossier (agency, ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX dossier_by_disposal ON dossier (agency, dispose_after) WHERE dispose_after IS NOT NULL AND NOT disposed;

-- What happened. The rows are never changed; id counts the events of the agency without gaps. That its dossier is there is
-- made sure of by who writes, and looked at by the checks: a foreign key would double the time of a commit.
CREATE TABLE event (
  agency  text   COLLATE "C" NOT NULL,
  id      bigint NOT NULL,
  dossier bigint NOT NULL,
  seq     bigint NOT NULL,
  at      bigint NOT NULL,
  type    text   NOT NULL,
  officer text   NOT NULL,
  role    text   NOT NULL,
  action  text   NOT NULL,
  origin  text   NOT NULL,
  target  text   NOT NULL,
  data    bytea  NOT NULL,
  prev    bytea  NOT NULL,
  hash    bytea  NOT NULL,
  PRIMARY KEY (agency, id),
  UNIQUE (agency, dossier, seq)
);

-- The steps that are open, for inboxes and for what runs out.
CREATE TABLE work_item (
  agency     text   COLLATE "C" NOT NULL,
  dossier    bigint NOT NULL,
  branch     text   COLLATE "C" NOT NULL,
  step       text   NOT NULL,
  role       text   COLLATE "C" NOT NULL,
  assignee   text   COLLATE "C" NOT NULL,
  entered_at bigint NOT NULL,
  due_at     bigint,
  expires_at bigint,
  PRIMARY KEY (agency, dossier, branch)
) WITH (fillfactor = 70);
CREATE INDEX work_item_by_role ON work_item (agency, role, due_at, dossier);
CREATE INDEX work_item_by_expiry ON work_item (agency, expires_at) WHERE expires_at IS NOT NULL;

-- Keyed hashes by which a dossier is found, and the documents that it cites; both go when it is disposed of.
CREATE TABLE search_key (
  agency  text   COLLATE "C" NOT NULL,
  key     bytea  NOT NULL,
  dossier bigint NOT NULL,
  PRIMARY KEY (agency, key, dossier)
);
CREATE INDEX search_key_by_dossier ON search_key (agency, dossier);

CREATE TABLE citation (
  agency  text   COLLATE "C" NOT NULL,
  blob    bytea  NOT NULL,
  dossier bigint NOT NULL,
  PRIMARY KEY (agency, blob, dossier)
);
CREATE INDEX citation_by_dossier ON citation (agency, dossier);

-- The requests that were answered, for a day at least.
CREATE TABLE answer (
  agency  text   COLLATE "C" NOT NULL,
  key     bytea  NOT NULL,
  request bytea  NOT NULL,
  at      bigint NOT NULL,
  code    text   COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  hash    bytea  NOT NULL,
  PRIMARY KEY (agency, key)
);
CREATE INDEX answer_by_age ON answer (agency, at);

-- The messages that are to be sent, or were. number counts those to a receiver without gaps.
CREATE TABLE message (
  agency   text    COLLATE "C" NOT NULL,
  id       bigint  NOT NULL,
  receiver text    COLLATE "C" NOT NULL,
  number   bigint  NOT NULL,
  kind     text    NOT NULL,
  body     bytea   NOT NULL,
  code     text    NOT NULL,
  at       bigint  NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  failure  text    NOT NULL DEFAULT '',
  sent_at  bigint,
  next_at  bigint,
  PRIMARY KEY (agency, id),
  UNIQUE (agency, receiver, number)
);
CREATE INDEX message_waiting ON message (agency, receiver, number) WHERE sent_at IS NULL;

-- The messages of other agencies that were taken, and of what they became a part; nothing where that is not known any more.
-- number counts those of a sender without gaps.
CREATE TABLE incoming (
  agency  text   COLLATE "C" NOT NULL,
  sender  text   COLLATE "C" NOT NULL,
  number  bigint NOT NULL,
  code    text   COLLATE "C",
  version bigint,
  PRIMARY KEY (agency, sender, number)
);

-- The signed roots of days.
CREATE TABLE day_root (
  agency     text   COLLATE "C" NOT NULL,
  day        text   COLLATE "C" NOT NULL,
  first      bigint NOT NULL,
  last       bigint NOT NULL,
  root       bytea  NOT NULL,
  prev       bytea  NOT NULL,
  key_id     text   NOT NULL,
  signature  bytea  NOT NULL,
  PRIMARY KEY (agency, day)
);

-- A session sees the rows of the agency that it has been set to, and writes no others; without one it sees nothing. That
-- holds for the owner of the tables too. The setting is looked up once for a statement, not for every row.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['revision', 'counter', 'dossier', 'event', 'work_item', 'search_key', 'citation', 'answer',
      'message', 'incoming', 'day_root'] LOOP
    EXECUTE format('CREATE POLICY of_the_agency ON %I USING (agency = (SELECT current_setting(''chuan.agency'', true)))', name);
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
  END LOOP;
END $$;
CREATE POLICY of_the_agency ON agency USING (code = (SELECT current_setting('chuan.agency', true)));
ALTER TABLE agency ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

-- A writer that remembers what it has read counts on from the tally that it remembers. Another replica that has written since
-- has counted too: then nothing is written, and the writer reads again.
CREATE FUNCTION move_on(of text, events_were bigint, dossiers_were bigint, messages_were bigint,
  events_are bigint, dossiers_are bigint, messages_are bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE agency SET events = events_are, dossiers = dossiers_are, messages = messages_are
    WHERE code = of AND events = events_were AND dossiers = dossiers_were AND messages = messages_were;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the records of the agency have moved on' USING ERRCODE = 'serialization_failure';
  END IF;
END $$;

-- What is final is refused to everybody, superusers included, by triggers.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER event_is_final BEFORE UPDATE OR DELETE ON event
  FOR EACH ROW EXECUTE FUNCTION refuse_change('an event is never changed or deleted');
CREATE TRIGGER event_stays BEFORE TRUNCATE ON event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('events are never deleted');
CREATE TRIGGER revision_is_final BEFORE UPDATE OR DELETE ON revision
  FOR EACH ROW EXECUTE FUNCTION refuse_change('a revision is never changed or deleted');
CREATE TRIGGER revision_stays BEFORE TRUNCATE ON revision
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('revisions are never deleted');
CREATE TRIGGER day_root_is_final BEFORE UPDATE OR DELETE ON day_root
  FOR EACH ROW EXECUTE FUNCTION refuse_change('the root of a day is never changed or deleted');
CREATE TRIGGER day_root_stays BEFORE TRUNCATE ON day_root
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('roots of days are never deleted');
CREATE TRIGGER dossier_stays BEFORE DELETE ON dossier
  FOR EACH ROW EXECUTE FUNCTION refuse_change('a dossier is never deleted');
CREATE TRIGGER dossiers_stay BEFORE TRUNCATE ON dossier
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('dossiers are never deleted');
CREATE TRIGGER dossier_is_itself AFTER UPDATE OF agency, id, code, kind, received_at ON dossier FOR EACH ROW
  WHEN ((OLD.agency, OLD.id, OLD.code, OLD.kind, OLD.received_at) IS DISTINCT FROM
    (NEW.agency, NEW.id, NEW.code, NEW.kind, NEW.received_at))
  EXECUTE FUNCTION refuse_change('the identity of a dossier never changes');
CREATE TRIGGER dossier_keeps_its_key AFTER UPDATE OF key ON dossier FOR EACH ROW
  WHEN (NEW.key IS NOT NULL AND NEW.key IS DISTINCT FROM OLD.key)
  EXECUTE FUNCTION refuse_change('a data key is never changed, only taken away');
CREATE TRIGGER dossier_stays_disposed AFTER UPDATE OF disposed ON dossier FOR EACH ROW
  WHEN (OLD.disposed AND NOT NEW.disposed)
  EXECUTE FUNCTION refuse_change('what was disposed of never comes back');

-- The role that owns the tables is the one that serves them: it takes these rights from itself, so that even without the
-- triggers it would first have to give them back.
REVOKE UPDATE, DELETE, TRUNCATE ON event, day_root FROM CURRENT_USER;
