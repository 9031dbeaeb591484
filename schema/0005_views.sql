-- 0005_views.sql — collections that are views: a query instead of a table.

ALTER TABLE collections ADD COLUMN view_query @text;      -- a SELECT over other collections
