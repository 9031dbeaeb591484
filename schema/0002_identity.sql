-- 0002_identity.sql — invitations, one-time tokens, providers' configurations, mail, jobs.

UPDATE roles SET description = 'Administrator with full access' WHERE id = 1 AND name = 'admin';
UPDATE roles SET description = 'Regular user with limited access' WHERE id = 2 AND name = 'user';
-- What 0001 made is as old as the installation, to the second.
--@sqlite
UPDATE roles SET created_at = 1000000 * CAST(strftime('%s', 'now') AS INTEGER) WHERE created_at = 0;
UPDATE accounts SET created_at = 1000000 * CAST(strftime('%s', 'now') AS INTEGER) WHERE created_at = 0;
--@end
--@postgres
UPDATE roles SET created_at = CAST(1000000 * extract(epoch FROM now()) AS BIGINT) WHERE created_at = 0;
UPDATE accounts SET created_at = CAST(1000000 * extract(epoch FROM now()) AS BIGINT) WHERE created_at = 0;
--@end
UPDATE roles SET updated_at = created_at WHERE updated_at = 0;
UPDATE accounts SET updated_at = created_at WHERE updated_at = 0;

CREATE INDEX ix_users_newest ON users (account_id, created_at DESC, id DESC);

CREATE INDEX ix_groups_id ON groups (id);

-- An offer to join an account. The token is found by its hash and shown from its sealed form.
CREATE TABLE invitations (
    id                 @id NOT NULL,
    account_id         @id NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    email              @text NOT NULL,
    token_hash         @text NOT NULL UNIQUE,
    token_enc          @text NOT NULL,
    role_id            @int REFERENCES roles (id) ON DELETE SET NULL,
    groups             @json NOT NULL,            -- array of group ids
    inviter_account_id @id,
    invited_by         @id,
    invited_by_email   @text,
    expires_at         @time NOT NULL,
    accepted_at        @time,
    email_sent         @bool NOT NULL,
    email_sent_at      @time,
    created_at         @time NOT NULL,
    updated_at         @time NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (inviter_account_id, invited_by) REFERENCES users (account_id, id) ON DELETE SET NULL
);
CREATE INDEX ix_invitations_email ON invitations (account_id, email);
CREATE INDEX ix_invitations_id ON invitations (id);
CREATE INDEX ix_invitations_inviter ON invitations (inviter_account_id, invited_by);
@tenant invitations;

-- What a mailed link carries: one row per person and address, good once.
CREATE TABLE email_verification_tokens (
    id         @id NOT NULL,
    account_id @id NOT NULL,
    user_id    @id NOT NULL,
    email      @text NOT NULL,
    token_hash @text NOT NULL UNIQUE,
    expires_at @time NOT NULL,
    used_at    @time,
    created_at @time NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, user_id, email),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_email_verification_tokens_expires ON email_verification_tokens (expires_at);
@tenant email_verification_tokens;

CREATE TABLE password_reset_tokens (
    id         @id NOT NULL,
    account_id @id NOT NULL,
    user_id    @id NOT NULL,
    email      @text NOT NULL,
    token_hash @text NOT NULL UNIQUE,
    expires_at @time NOT NULL,
    used_at    @time,
    created_at @time NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, user_id, email),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_password_reset_tokens_expires ON password_reset_tokens (expires_at);
@tenant password_reset_tokens;

-- A key that acts for a tenant instead of as the superadmin who made it; and the personal tokens that
-- the command line issues, which are no API keys but kept, stamped and revoked as those are.
ALTER TABLE api_keys ADD COLUMN acts_for @id REFERENCES accounts (id) ON DELETE CASCADE;
ALTER TABLE api_keys ADD COLUMN token_type @text NOT NULL DEFAULT 'api_key'
      CHECK (token_type IN ('api_key', 'personal_token'));
CREATE INDEX ix_api_keys_user ON api_keys (account_id, user_id);

-- Providers as somebody configured them; rows of the system account hold where an account has none.
CREATE TABLE configurations (
    id            @id NOT NULL,
    account_id    @id NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    category      @text NOT NULL,
    provider_name @text NOT NULL,
    display_name  @text NOT NULL,
    logo_url      @text,
    config        @json NOT NULL,                 -- an object; secret members are sealed
    enabled       @bool NOT NULL,
    is_builtin    @bool NOT NULL,
    is_default    @bool NOT NULL,
    priority      @int NOT NULL,
    created_at    @time NOT NULL,
    updated_at    @time NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, category, provider_name)
);
CREATE INDEX ix_configurations_id ON configurations (id);
CREATE UNIQUE INDEX ix_configurations_default ON configurations (account_id, category) WHERE is_default;
@tenant configurations;

CREATE TABLE email_templates (
    id            @id NOT NULL,
    account_id    @id NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    template_type @text NOT NULL,
    locale        @text NOT NULL,
    subject       @text NOT NULL,
    html_body     @text NOT NULL,
    text_body     @text NOT NULL,
    enabled       @bool NOT NULL,
    is_builtin    @bool NOT NULL,
    created_at    @time NOT NULL,
    updated_at    @time NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, template_type, locale)
);
CREATE INDEX ix_email_templates_id ON email_templates (id);
@tenant email_templates;

CREATE TABLE email_logs (
    id              @id NOT NULL,
    account_id      @id NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    template_type   @text NOT NULL,
    recipient_email @text NOT NULL,
    provider        @text NOT NULL,
    status          @text NOT NULL CHECK (status IN ('sent', 'failed', 'pending')),
    error_message   @text,
    variables       @json,
    sent_at         @time NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE INDEX ix_email_logs_id ON email_logs (id);
CREATE INDEX ix_email_logs_sent ON email_logs (sent_at);
@tenant email_logs;

-- What is done after the reply, by the worker (automation.md §10).
CREATE TABLE jobs (
    id                  @id PRIMARY KEY,
    queue               @text NOT NULL,
    handler             @text NOT NULL,
    payload             @json NOT NULL,
    status              @text NOT NULL CHECK (status IN
                        ('pending', 'running', 'completed', 'failed', 'retrying', 'dead')),
    priority            @int NOT NULL,
    run_at              @time,
    started_at          @time,
    completed_at        @time,
    failed_at           @time,
    error_message       @text,
    attempt_number      @int NOT NULL,
    max_retries         @int NOT NULL,
    retry_delay_seconds @int NOT NULL,
    created_at          @time NOT NULL,
    created_by          @text,
    account_id          @id,
    locked_by           @text,
    lease_until         @time,
    dedupe_key          @text UNIQUE
);
CREATE INDEX ix_jobs_due ON jobs (status, priority, created_at);
@tenant jobs;

-- Who does what only one may do at a time.
CREATE TABLE leases (
    name       @text PRIMARY KEY,
    holder     @text NOT NULL,
    expires_at @time NOT NULL
);
