-- 0004_codelists.sql — shared lists of codes with labels in many languages.

-- Lists of the system account with the scope system are everybody's; all others their account's.
CREATE TABLE codelists (
    id            @id NOT NULL UNIQUE,
    account_id    @id NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    code          @text NOT NULL,
    name          @text NOT NULL,
    description   @text,
    definition    @text,
    scope         @text NOT NULL CHECK (scope IN ('system', 'account')),
    is_extensible @bool NOT NULL,
    is_active     @bool NOT NULL,
    is_builtin    @bool NOT NULL,
    external_code @text,
    version       @text,
    metadata      @json,                          -- an object
    created_at    @time NOT NULL,
    updated_at    @time NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, code)
);
@tenant codelists;

-- A value is its list's owner's, or an extension that an account has of a list of the system.
CREATE TABLE codelist_values (
    id            @id NOT NULL UNIQUE,
    account_id    @id NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    codelist_id   @id NOT NULL REFERENCES codelists (id) ON DELETE CASCADE,
    code          @text NOT NULL,
    external_code @text,
    sort_order    @int NOT NULL,
    is_active     @bool NOT NULL,
    definition    @text,
    metadata      @json,
    created_at    @time NOT NULL,
    updated_at    @time NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (codelist_id, account_id, code)
);
@tenant codelist_values;

CREATE TABLE codelist_value_labels (
    id           @id NOT NULL,
    account_id   @id NOT NULL,                    -- the value's
    value_id     @id NOT NULL,
    language     @text NOT NULL,                  -- lower case: en, pt-br
    label        @text NOT NULL,
    description  @text,
    is_preferred @bool NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, value_id, language),
    FOREIGN KEY (account_id, value_id) REFERENCES codelist_values (account_id, id) ON DELETE CASCADE
);
@tenant codelist_value_labels;

-- How an account sees a value, its own or the system's.
CREATE TABLE codelist_account_overrides (
    id                @id NOT NULL,
    account_id        @id NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    codelist_id       @id NOT NULL REFERENCES codelists (id) ON DELETE CASCADE,
    value_id          @id NOT NULL REFERENCES codelist_values (id) ON DELETE CASCADE,
    visibility        @text NOT NULL CHECK (visibility IN ('visible', 'hidden')),
    is_default        @bool NOT NULL,
    sort_order        @int,
    metadata_override @json,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, value_id)
);
CREATE UNIQUE INDEX ix_codelist_account_overrides_default
    ON codelist_account_overrides (account_id, codelist_id) WHERE is_default;
CREATE INDEX ix_codelist_account_overrides_list ON codelist_account_overrides (codelist_id);
CREATE INDEX ix_codelist_account_overrides_value ON codelist_account_overrides (value_id);
@tenant codelist_account_overrides;
