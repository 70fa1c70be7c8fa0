-- What a farm of many projects keeps: events, facts, results that revisions share, campaigns put away and deleted.

ALTER TABLE campaign ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;
-- Gone, but for results that are still to be swept out.
ALTER TABLE campaign ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0;

-- Whose result it is; NULL for bodies of before and for those that nobody but sharers names. New results have higher
-- ids, always: whoever saw all up to one asks on from there.
ALTER TABLE result_body ADD COLUMN campaign INTEGER;
ALTER TABLE result_body ADD COLUMN rank INTEGER;
-- A reused result: stored_result is empty, that of this body is meant (which has none of its own).
ALTER TABLE result_body ADD COLUMN same INTEGER;

CREATE TABLE body_share (
  body INTEGER PRIMARY KEY,  -- result_body.id
  sharers INTEGER NOT NULL,  -- bodies whose `same` it is
  orphan INTEGER NOT NULL    -- its own cell is gone: it goes with the last sharer
) STRICT;

CREATE TABLE event (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  campaign TEXT NOT NULL,
  worker TEXT NOT NULL,
  detail TEXT NOT NULL  -- a JSON object
) STRICT;

CREATE TABLE fact (
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  json TEXT NOT NULL,
  PRIMARY KEY (kind, key)
) WITHOUT ROWID, STRICT;

CREATE INDEX deleted_campaign ON campaign (id) WHERE deleted;
