-- 0001_core.sql — accounts and their people, collections, the audit trail, the outbox.
--
-- Words: @id (a UUID as text) @text @int @time (microseconds since 1970 UTC) @json (text, kept as
-- written) @bool @real @blob @serial (integer primary key, ascending, never given twice) @ascending
-- (the same where no row is ever deleted) @clustered (rows lie in the order of the key). `@tenant t;` puts row-level security on t (by its account_id)
-- where the engine has it. Blocks between --@sqlite or --@postgres and --@end
-- are for that engine alone.

CREATE TABLE generation (
    id          @int PRIMARY KEY CHECK (id = 1),
    definitions @int NOT NULL,      -- schema, rules, roles, permissions, settings
    identities  @int NOT NULL       -- users, groups, sessions, keys
);
INSERT INTO generation (id, definitions, identities) VALUES (1, 1, 1);

CREATE TABLE accounts (
    id           @id PRIMARY KEY,
    account_code @text NOT NULL UNIQUE,
    slug         @text NOT NULL UNIQUE CHECK (length(slug) BETWEEN 3 AND 32),
    name         @text NOT NULL,
    created_at   @time NOT NULL,
    updated_at   @time NOT NULL
);

CREATE TABLE roles (
    id          @serial,
    name        @text NOT NULL UNIQUE,
    description @text,
    created_at  @time NOT NULL,
    updated_at  @time NOT NULL
);

CREATE TABLE users (
    id                 @id NOT NULL,
    account_id         @id NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    email              @text NOT NULL,
    password_hash      @text NOT NULL,
    role_id            @int NOT NULL REFERENCES roles (id),
    is_active          @bool NOT NULL,
    email_verified     @bool NOT NULL,
    email_verified_at  @time,
    auth_provider      @text NOT NULL,
    auth_provider_name @text,
    external_id        @text,
    external_email     @text,
    profile_data       @json,
    created_at         @time NOT NULL,
    updated_at         @time NOT NULL,
    last_login         @time,
    tokens_valid_from  @time,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, email)
);
CREATE INDEX ix_users_id ON users (id);
CREATE INDEX ix_users_external ON users (auth_provider_name, external_id);
@tenant users;

CREATE TABLE groups (
    id          @id NOT NULL,
    account_id  @id NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name        @text NOT NULL,
    description @text,
    created_at  @time NOT NULL,
    updated_at  @time NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, name)
);
@tenant groups;

CREATE TABLE users_groups (
    account_id @id NOT NULL,
    user_id    @id NOT NULL,
    group_id   @id NOT NULL,
    PRIMARY KEY (account_id, user_id, group_id),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, id) ON DELETE CASCADE,
    FOREIGN KEY (account_id, group_id) REFERENCES groups (account_id, id) ON DELETE CASCADE
) @clustered;
CREATE INDEX ix_users_groups_group ON users_groups (account_id, group_id);
@tenant users_groups;

-- One row per refresh token; family_id is the session that access tokens name as sid.
CREATE TABLE refresh_tokens (
    id         @id NOT NULL,
    account_id @id NOT NULL,
    user_id    @id NOT NULL,
    family_id  @id NOT NULL,
    token_hash @text NOT NULL,
    expires_at @time NOT NULL,
    is_revoked @bool NOT NULL,
    rotated_at @time,
    ip_address @text,
    user_agent @text,
    created_at @time NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, token_hash),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_refresh_tokens_family ON refresh_tokens (account_id, family_id);
CREATE INDEX ix_refresh_tokens_user ON refresh_tokens (account_id, user_id);
CREATE INDEX ix_refresh_tokens_expires ON refresh_tokens (expires_at);
@tenant refresh_tokens;

-- Revoked before their time: ids of access tokens (jti), sessions (sid) and keys (token_id).
CREATE TABLE token_blacklist (
    id         @text PRIMARY KEY,
    token_type @text NOT NULL,
    revoked_at @time NOT NULL,
    reason     @text,
    expires_at @time
);
CREATE INDEX ix_token_blacklist_expires ON token_blacklist (expires_at);

CREATE TABLE api_keys (
    id           @id NOT NULL,
    account_id   @id NOT NULL,
    user_id      @id NOT NULL,
    key_hash     @text NOT NULL UNIQUE,
    name         @text NOT NULL,
    scopes       @json,
    expires_at   @time,
    is_active    @bool NOT NULL,
    last_used_at @time,
    created_at   @time NOT NULL,
    updated_at   @time NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, id) ON DELETE CASCADE
);
@tenant api_keys;

-- What a role may do with a collection, or with all of them (*): permissions.md.
CREATE TABLE permissions (
    id         @serial,
    role_id    @int NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    collection @text NOT NULL,
    operation  @text NOT NULL CHECK (operation IN ('create', 'read', 'update', 'delete')),
    rule       @text NOT NULL,
    fields     @text NOT NULL,
    created_at @time NOT NULL,
    updated_at @time NOT NULL,
    UNIQUE (role_id, collection, operation)
);

CREATE TABLE collections (
    id                 @id PRIMARY KEY,
    name               @text NOT NULL,
    name_key           @text NOT NULL UNIQUE,     -- lower case
    schema             @json NOT NULL,            -- array of fields
    migration_revision @text,
    created_at         @time NOT NULL,
    updated_at         @time NOT NULL
);

CREATE TABLE collection_rules (
    id            @id PRIMARY KEY,
    collection_id @id NOT NULL UNIQUE REFERENCES collections (id) ON DELETE CASCADE,
    list_rule     @text,                          -- NULL locked, '' public, else an expression
    view_rule     @text,
    create_rule   @text,
    update_rule   @text,
    delete_rule   @text,
    list_fields   @text NOT NULL,                 -- '*' or a JSON array
    view_fields   @text NOT NULL,
    create_fields @text NOT NULL,
    update_fields @text NOT NULL,
    created_at    @time NOT NULL,
    updated_at    @time NOT NULL
);

CREATE TABLE macros (
    id          @serial,
    name        @text NOT NULL UNIQUE,
    description @text,
    sql_query   @text NOT NULL,
    parameters  @json NOT NULL,
    created_at  @time NOT NULL,
    updated_at  @time NOT NULL,
    created_by  @text
);

-- The history of definitions that GET /migrations tells: branch core (files) and dynamic (collections).
CREATE TABLE schema_migrations (
    revision      @text PRIMARY KEY,
    down_revision @text,
    branch        @text NOT NULL,
    depends_on    @text,
    description   @text NOT NULL,
    up_sql        @text,
    down_sql      @text,
    seq           @int NOT NULL UNIQUE,
    created_at    @time NOT NULL,
    applied_at    @time
);

-- How often a tenant's rows of a table changed: what remembered totals hang on.
CREATE TABLE change_counts (
    account_id @id NOT NULL,
    table_name @text NOT NULL,
    changes    @int NOT NULL,
    PRIMARY KEY (account_id, table_name)
) @clustered;
@tenant change_counts;

-- The trail: one row per changed column, hash-chained per account (automation.md §3). No foreign keys.
CREATE TABLE audit_log (
    id             @ascending,
    account_id     @id NOT NULL,
    operation      @text NOT NULL CONSTRAINT ck_audit_log_operation
                   CHECK (operation IN ('CREATE', 'UPDATE', 'DELETE')),
    table_name     @text NOT NULL,
    record_id      @text NOT NULL,
    column_name    @text NOT NULL,
    old_value      @text,
    new_value      @text,
    user_id        @text NOT NULL,
    user_email     @text NOT NULL,
    user_name      @text NOT NULL,
    es_username    @text,
    es_reason      @text,
    es_timestamp   @time,
    ip_address     @text,
    user_agent     @text,
    request_id     @text,
    occurred_at    @time NOT NULL,
    checksum       @text,
    previous_hash  @text,
    extra_metadata @json
);
CREATE INDEX ix_audit_log_account ON audit_log (account_id, id);
CREATE INDEX ix_audit_log_record ON audit_log (record_id, id);
@tenant audit_log;

--@sqlite
-- Connections set recursive_triggers, so that INSERT OR REPLACE meets the second one.
CREATE TRIGGER prevent_audit_log_update BEFORE UPDATE ON audit_log
BEGIN SELECT RAISE(ABORT, 'Audit log entries are immutable and cannot be updated'); END;
CREATE TRIGGER prevent_audit_log_delete BEFORE DELETE ON audit_log
BEGIN SELECT RAISE(ABORT, 'Audit log entries are immutable and cannot be deleted'); END;
--@end
--@postgres
CREATE FUNCTION prevent_audit_log_update_func() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'Audit log entries are immutable and cannot be updated'; END $$;
CREATE FUNCTION prevent_audit_log_delete_func() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'Audit log entries are immutable and cannot be deleted'; END $$;
CREATE TRIGGER prevent_audit_log_update BEFORE UPDATE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION prevent_audit_log_update_func();
CREATE TRIGGER prevent_audit_log_delete BEFORE DELETE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION prevent_audit_log_delete_func();
CREATE TRIGGER prevent_audit_log_truncate BEFORE TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION prevent_audit_log_delete_func();
--@end

-- What left a transaction with its commit: read by realtime, webhooks, hooks, workflows.
CREATE TABLE event_outbox (
    id            @serial,
    account_id    @id NOT NULL,
    event         @text NOT NULL,
    collection    @text,
    record_id     @text,
    record        @json,
    previous      @json,
    actor         @json,
    depth         @int NOT NULL,
    created_at    @time NOT NULL,
    dispatched_at @time
);
@tenant event_outbox;
--@postgres
-- Readers skip rows whose transaction is not yet below the snapshot's horizon (automation.md R7, O3).
ALTER TABLE event_outbox ADD COLUMN tx xid8 NOT NULL DEFAULT pg_current_xact_id();
--@end

-- Replies that are given again when a POST is repeated with its Idempotency-Key (DESIGN §6).
CREATE TABLE idempotency_keys (
    account_id   @id NOT NULL,
    user_id      @text NOT NULL,
    key_hash     @text NOT NULL,
    request_hash @text NOT NULL,
    status       @int NOT NULL,
    content_type @text,
    body         @blob,
    created_at   @time NOT NULL,
    PRIMARY KEY (account_id, user_id, key_hash)
);
CREATE INDEX ix_idempotency_keys_created ON idempotency_keys (created_at);
@tenant idempotency_keys;

INSERT INTO accounts (id, account_code, slug, name, created_at, updated_at)
VALUES ('00000000-0000-0000-0000-000000000000', 'SY0000', 'system', 'System Account', 0, 0);
INSERT INTO roles (name, description, created_at, updated_at)
VALUES ('admin', 'Administrator of an account', 0, 0), ('user', 'Member of an account', 0, 0);

--@postgres
-- Arithmetic of rules and filters: IEEE 754 where PostgreSQL would fail, NULL for what is no number,
-- so that a value in somebody's row cannot break a list, and both engines answer alike.
CREATE FUNCTION rule_add(a double precision, b double precision) RETURNS double precision
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN NULLIF(a + b, 'NaN');
EXCEPTION WHEN numeric_value_out_of_range THEN
    RETURN sign(a) * CAST('Infinity' AS double precision);
END $$;
CREATE FUNCTION rule_multiply(a double precision, b double precision) RETURNS double precision
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN NULLIF(a * b, 'NaN');
EXCEPTION WHEN numeric_value_out_of_range THEN
    RETURN CASE WHEN ln(abs(a)) + ln(abs(b)) > 0
                THEN sign(a) * sign(b) * CAST('Infinity' AS double precision) ELSE 0 END;
END $$;
CREATE FUNCTION rule_divide(a double precision, b double precision) RETURNS double precision
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN NULLIF(a / NULLIF(b, 0), 'NaN');
EXCEPTION WHEN numeric_value_out_of_range THEN
    RETURN CASE WHEN ln(abs(a)) - ln(abs(b)) > 0
                THEN sign(a) * sign(b) * CAST('Infinity' AS double precision) ELSE 0 END;
END $$;
-- fmod, exactly: subtracts b times powers of two, which doubles hold without rounding.
CREATE FUNCTION rule_remainder(a double precision, b double precision) RETURNS double precision
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    x double precision := abs(a);
    y double precision := abs(b);
    t double precision := y;
BEGIN
    IF y = 0 OR x = 'Infinity' THEN RETURN NULL; END IF;
    IF y > x THEN RETURN a; END IF;
    WHILE t <= x - t LOOP t := t * 2; END LOOP;
    LOOP
        IF x >= t THEN x := x - t; END IF;
        EXIT WHEN t = y;
        t := t / 2;
    END LOOP;
    RETURN sign(a) * x;
END $$;
--@end
