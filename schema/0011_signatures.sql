-- 0011_signatures.sql — collections whose records are written with an electronic signature, or not at all.

ALTER TABLE collections ADD COLUMN requires_signature @bool NOT NULL DEFAULT FALSE;
