-- The farm's memory. Times are milliseconds since 1970 in UTC, digests are 32 raw bytes, cells are named by their rank in
-- the order of running; idx is the cell's place in the sweep's index space.

CREATE TABLE farm (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  epoch INTEGER NOT NULL,
  last_campaign INTEGER NOT NULL,
  last_lease INTEGER NOT NULL
) STRICT;
INSERT INTO farm (id, epoch, last_campaign, last_lease) VALUES (1, 0, 0, 0);

CREATE TABLE campaign (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  revision INTEGER NOT NULL,
  project TEXT NOT NULL,
  priority INTEGER NOT NULL,
  spec BLOB NOT NULL,
  submit_key TEXT NOT NULL,
  state TEXT NOT NULL,
  state_reason TEXT NOT NULL,
  cells INTEGER NOT NULL,
  submitted INTEGER NOT NULL,
  started INTEGER,
  finished INTEGER
) STRICT;

-- Beside its campaign, so that a change of state does not write the manifest again.
CREATE TABLE manifest (
  campaign INTEGER PRIMARY KEY REFERENCES campaign (id),
  json TEXT NOT NULL
) STRICT;

-- Runs of cells [first, last) whose generation is not 0, disjoint. A cancelled cell's result, if it has one, is an older
-- generation's.
CREATE TABLE cell_run (
  campaign INTEGER NOT NULL REFERENCES campaign (id),
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  cancelled INTEGER NOT NULL,
  PRIMARY KEY (campaign, first)
) WITHOUT ROWID, STRICT;

-- The newest result of each cell that has one. The cell is finished when this is its current generation. Small rows, so
-- that a start reads all of them quickly; what the result says is in result_body.
CREATE TABLE cell_result (
  campaign INTEGER NOT NULL REFERENCES campaign (id),
  rank INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  outcome INTEGER NOT NULL,   -- troupe.v1.Outcome
  body INTEGER NOT NULL,      -- result_body.id
  PRIMARY KEY (campaign, rank)
) WITHOUT ROWID, STRICT;

CREATE TABLE result_body (
  id INTEGER PRIMARY KEY,
  stored_result BLOB NOT NULL  -- troupe.v1.StoredResult
) STRICT;

CREATE TABLE job_grant (
  campaign INTEGER NOT NULL REFERENCES campaign (id),
  rank INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  lease INTEGER NOT NULL,
  worker TEXT NOT NULL,
  granted INTEGER NOT NULL,
  PRIMARY KEY (campaign, rank)
) WITHOUT ROWID, STRICT;

CREATE TABLE retry (
  campaign INTEGER NOT NULL REFERENCES campaign (id),
  rank INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  not_before INTEGER NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (campaign, rank)
) WITHOUT ROWID, STRICT;
