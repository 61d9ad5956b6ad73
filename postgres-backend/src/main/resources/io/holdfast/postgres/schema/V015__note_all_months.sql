-- Notes the months of all events anew: after a restore that left the notes out, and after a table of a
-- month was attached by hand. Notes more than there is where months overlap, which costs readers a look.
CREATE FUNCTION {schema}.note_all_months() RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  part record;
BEGIN
  FOR part IN
    SELECT c.oid::regclass AS name, to_date(right(c.relname, 7), 'YYYY_MM') AS month
    FROM pg_inherits i
    JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = '{schema}.events'::regclass
  LOOP
    EXECUTE format(
      'INSERT INTO {schema}.position_months (block, month)'
      ' SELECT b.block, %1$L FROM generate_series('
      ' (SELECT min(position) FROM %2$s) >> 18, (SELECT max(position) FROM %2$s) >> 18) AS b (block)'
      ' WHERE NOT EXISTS (SELECT FROM {schema}.position_months k'
      ' WHERE k.block = b.block AND k.month = %1$L)',
      part.month, part.name);
  END LOOP;
END
$$;
