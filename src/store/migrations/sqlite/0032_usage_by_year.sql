-- Weeks are kept by year on PostgreSQL only: SQLite has no partitions.
SELECT 1;
