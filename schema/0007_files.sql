-- 0007_files.sql — uploaded files, and the records that hold them.

-- path: "<account_id>/<uuid>.png", below "s3/" in S3 (data.md §16.1). sha256 is hexadecimal.
CREATE TABLE files (
    id          @id NOT NULL,
    account_id  @id NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    path        @text NOT NULL,
    provider    @text NOT NULL,
    filename    @text NOT NULL,
    size        @int NOT NULL,
    mime_type   @text NOT NULL,
    sha256      @text NOT NULL,
    uploaded_by @id NOT NULL,
    created_at  @time NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, path)
);
@tenant files;

-- Which record has a file in which field: written along with the record. A file that no row of this
-- table names is held by nobody.
CREATE TABLE file_uses (
    account_id    @id NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    path          @text NOT NULL,
    collection_id @id NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
    record_id     @id NOT NULL,
    field         @text NOT NULL,
    PRIMARY KEY (account_id, path, collection_id, record_id, field)
) @clustered;
CREATE INDEX ix_file_uses_record ON file_uses (account_id, collection_id, record_id);
CREATE INDEX ix_file_uses_collection ON file_uses (collection_id, field);
@tenant file_uses;
