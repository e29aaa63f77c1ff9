#!/usr/bin/env bash
# Creates the application's database and its three roles, or gives the roles new passwords; safe to repeat.
# The postgres image runs it when its volume is empty; elsewhere run it as the system's postgres account.
set -euo pipefail
: "${RGPDCRM_OWNER_PASSWORD:?the password of rgpdcrm_owner is missing}" "${RGPDCRM_APP_PASSWORD:?the password of rgpdcrm_app is missing}" "${RGPDCRM_BACKUP_PASSWORD:?the password of rgpdcrm_backup is missing}"
export RGPDCRM_OWNER_PASSWORD RGPDCRM_APP_PASSWORD RGPDCRM_BACKUP_PASSWORD

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username postgres --dbname postgres <<'SQL'
\getenv owner_password RGPDCRM_OWNER_PASSWORD
\getenv app_password RGPDCRM_APP_PASSWORD
\getenv backup_password RGPDCRM_BACKUP_PASSWORD
SELECT format('CREATE ROLE %I', name) FROM (VALUES ('rgpdcrm_owner'), ('rgpdcrm_app'), ('rgpdcrm_backup')) wanted (name)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE rgpdcrm_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'owner_password';
ALTER ROLE rgpdcrm_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'app_password';
-- The weekly drill restores into a scratch database of its own.
ALTER ROLE rgpdcrm_backup LOGIN NOSUPERUSER CREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'backup_password';
ALTER ROLE rgpdcrm_backup SET default_transaction_read_only = on;
GRANT pg_read_all_data TO rgpdcrm_backup;
SELECT 'CREATE DATABASE rgpdcrm OWNER rgpdcrm_owner ENCODING ''UTF8'' LOCALE ''C.UTF-8'' TEMPLATE template0'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'rgpdcrm') \gexec
REVOKE ALL ON DATABASE rgpdcrm FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE rgpdcrm TO rgpdcrm_app;
GRANT CONNECT ON DATABASE rgpdcrm TO rgpdcrm_backup;
-- The server's log never holds a value of a row: most of them are personal data. The scratch database of the drill has them too.
ALTER ROLE rgpdcrm_backup SET log_error_verbosity = terse;
ALTER ROLE rgpdcrm_backup SET log_min_error_statement = panic;
ALTER ROLE rgpdcrm_backup SET log_statement = none;
ALTER ROLE rgpdcrm_backup SET log_min_duration_statement = -1;
ALTER ROLE rgpdcrm_backup SET log_parameter_max_length = 0;
ALTER ROLE rgpdcrm_backup SET log_parameter_max_length_on_error = 0;
ALTER DATABASE rgpdcrm SET log_error_verbosity = terse;
ALTER DATABASE rgpdcrm SET log_min_error_statement = panic;
ALTER DATABASE rgpdcrm SET log_statement = none;
ALTER DATABASE rgpdcrm SET log_min_duration_statement = -1;
ALTER DATABASE rgpdcrm SET log_parameter_max_length = 0;
ALTER DATABASE rgpdcrm SET log_parameter_max_length_on_error = 0;
SQL
