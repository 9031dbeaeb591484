-- 0012_preferences.sql — how somebody likes the admin pages, and the lists they come back to.

-- language: '' is what their browser asks for. page_rows: of a list.
CREATE TABLE user_preferences (
    account_id @id NOT NULL,
    user_id    @id NOT NULL,
    language   @text NOT NULL,
    theme      @text NOT NULL CHECK (theme IN ('auto', 'light', 'dark')),
    page_rows  @int NOT NULL,
    updated_at @time NOT NULL,
    PRIMARY KEY (account_id, user_id),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, id) ON DELETE CASCADE
) @clustered;
@tenant user_preferences;

-- page: "records/notes"; query: what stands behind the ? of its address.
CREATE TABLE saved_views (
    id         @id NOT NULL,
    account_id @id NOT NULL,
    user_id    @id NOT NULL,
    page       @text NOT NULL,
    name       @text NOT NULL,
    query      @text NOT NULL,
    created_at @time NOT NULL,
    updated_at @time NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, user_id, page, name),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, id) ON DELETE CASCADE
);
@tenant saved_views;
