-- 0008_orphans.sql — files that no record holds, and since when somebody has known that.

CREATE TABLE file_orphans (
    account_id @id NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    path       @text NOT NULL,
    since      @time NOT NULL,
    PRIMARY KEY (account_id, path)
) @clustered;
CREATE INDEX ix_file_orphans_since ON file_orphans (since);
@tenant file_orphans;
