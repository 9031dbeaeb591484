-- 0009_checkpoints.sql — signed checkpoints over the audit trail, and what was pruned under them.

-- A document is canonical JSON (audit/checkpoint.h): the root over the entries since the one before,
-- and the chains' heads. The key that signs it is not in the database.
CREATE TABLE audit_checkpoints (
    number     @int PRIMARY KEY,
    document   @text NOT NULL,
    signature  @text NOT NULL,
    created_at @time NOT NULL
);

-- The heads of the documents once more, to be found by account: entries with after_id < id <= last_id
-- stand under that number.
CREATE TABLE audit_checkpoint_heads (
    account_id @id NOT NULL,
    last_id    @int NOT NULL,
    after_id   @int NOT NULL,
    checksum   @text NOT NULL,
    number     @int NOT NULL,
    PRIMARY KEY (account_id, last_id)
) @clustered;
CREATE INDEX ix_audit_checkpoint_heads_number ON audit_checkpoint_heads (number, account_id);
@tenant audit_checkpoint_heads;

-- The entries under the checkpoints up to number are gone; signed, too, and part of the trail itself.
CREATE TABLE audit_prunes (
    number     @int PRIMARY KEY,
    document   @text NOT NULL,
    signature  @text NOT NULL,
    archive    @text,
    created_at @time NOT NULL
);

--@sqlite
CREATE TRIGGER prevent_audit_checkpoints_update BEFORE UPDATE ON audit_checkpoints
BEGIN SELECT RAISE(ABORT, 'Audit checkpoints are immutable and cannot be updated'); END;
CREATE TRIGGER prevent_audit_checkpoints_delete BEFORE DELETE ON audit_checkpoints
BEGIN SELECT RAISE(ABORT, 'Audit checkpoints are immutable and cannot be deleted'); END;
CREATE TRIGGER prevent_audit_checkpoint_heads_update BEFORE UPDATE ON audit_checkpoint_heads
BEGIN SELECT RAISE(ABORT, 'Audit checkpoints are immutable and cannot be updated'); END;
CREATE TRIGGER prevent_audit_checkpoint_heads_delete BEFORE DELETE ON audit_checkpoint_heads
BEGIN SELECT RAISE(ABORT, 'Audit checkpoints are immutable and cannot be deleted'); END;
CREATE TRIGGER prevent_audit_prunes_update BEFORE UPDATE ON audit_prunes
BEGIN SELECT RAISE(ABORT, 'Audit prunes are immutable and cannot be updated'); END;
CREATE TRIGGER prevent_audit_prunes_delete BEFORE DELETE ON audit_prunes
BEGIN SELECT RAISE(ABORT, 'Audit prunes are immutable and cannot be deleted'); END;
--@end
--@postgres
CREATE FUNCTION prevent_audit_proof_change_func() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Audit % are immutable and cannot be %',
        CASE TG_TABLE_NAME WHEN 'audit_prunes' THEN 'prunes' ELSE 'checkpoints' END,
        CASE TG_OP WHEN 'UPDATE' THEN 'updated' ELSE 'deleted' END;
END $$;
CREATE TRIGGER prevent_audit_checkpoints_change BEFORE UPDATE OR DELETE ON audit_checkpoints
    FOR EACH ROW EXECUTE FUNCTION prevent_audit_proof_change_func();
CREATE TRIGGER prevent_audit_checkpoints_truncate BEFORE TRUNCATE ON audit_checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION prevent_audit_proof_change_func();
CREATE TRIGGER prevent_audit_checkpoint_heads_change BEFORE UPDATE OR DELETE ON audit_checkpoint_heads
    FOR EACH ROW EXECUTE FUNCTION prevent_audit_proof_change_func();
CREATE TRIGGER prevent_audit_checkpoint_heads_truncate BEFORE TRUNCATE ON audit_checkpoint_heads
    FOR EACH STATEMENT EXECUTE FUNCTION prevent_audit_proof_change_func();
CREATE TRIGGER prevent_audit_prunes_change BEFORE UPDATE OR DELETE ON audit_prunes
    FOR EACH ROW EXECUTE FUNCTION prevent_audit_proof_change_func();
CREATE TRIGGER prevent_audit_prunes_truncate BEFORE TRUNCATE ON audit_prunes
    FOR EACH STATEMENT EXECUTE FUNCTION prevent_audit_proof_change_func();
--@end
