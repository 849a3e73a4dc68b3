-- The statements of `append` are all look-ups by keys: one plan fits every batch. Planning anew for each batch took more
-- than half of the time of a small one.
ALTER FUNCTION append(INTEGER, TEXT, BIGINT, UUID[], UUID[], UUID[], UUID[], TEXT[], TEXT[], BIGINT[], TEXT[], JSONB)
  SET plan_cache_mode = 'force_generic_plan';
