-- 0010_events.sql — what subscribers are told of a collection, and how far events are kept.

ALTER TABLE collections ADD COLUMN realtime @bool NOT NULL DEFAULT TRUE;        -- subscribers are told
ALTER TABLE collections ADD COLUMN event_previous @bool NOT NULL DEFAULT FALSE; -- and what it was before

-- The newest event that was ever removed: whoever stands before it has missed something.
CREATE TABLE event_floor (
    id     @int NOT NULL PRIMARY KEY CHECK (id = 1),
    newest @int NOT NULL
);
INSERT INTO event_floor (id, newest) VALUES (1, 0);
