/** Calls the SQL function `append`; each connection prepares it once. */
export const APPEND =
  'SELECT * FROM append($1::int, $2, $3::bigint, $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::text[], $9::text[], $10::bigint[], $11::text[], $12::jsonb)';
