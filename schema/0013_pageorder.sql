-- 0013_pageorder.sql — the order in which pages look at what grows.

CREATE INDEX ix_invitations_created ON invitations (created_at, id);
CREATE INDEX ix_invitations_order ON invitations (account_id, created_at, id);
-- Counted without a look at the rows themselves.
CREATE INDEX ix_email_logs_order ON email_logs (sent_at, id, account_id, status, template_type);
DROP INDEX ix_email_logs_sent;
