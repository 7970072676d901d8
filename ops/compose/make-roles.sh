#!/bin/sh
# Runs once, when the database is made: the two roles that Holdfast connects as. The migrations give them their rights.
set -eu
psql --set ON_ERROR_STOP=1 --set app="$APP_PASSWORD" --set dispatcher="$DISPATCHER_PASSWORD" \
  --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
create role holdfast_app login password :'app';
create role holdfast_dispatcher login password :'dispatcher';
SQL
