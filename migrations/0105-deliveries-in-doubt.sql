-- Whoever removes a connection asks what it may have without a receipt: the few deliveries in doubt, among millions.
create index delivery_doubtful on delivery (tenant_id, connection_id) where doubtful;
