-- 0003_data.sql — what collections declare besides their fields; aggregates.

ALTER TABLE collections ADD COLUMN indexes @json NOT NULL DEFAULT '[]';    -- [["status","-created_at"]]

--@postgres
-- A sum that leaves the range of doubles is infinite, as in SQLite, instead of an error.
CREATE AGGREGATE rule_sum (double precision) (SFUNC = rule_add, STYPE = double precision);
--@end
