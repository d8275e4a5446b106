-- Only PostgreSQL has row-level security; the numbers are the same on both engines.
SELECT 1;
