-- The register of a procedure is read in its order, however many dossiers there are of others. Neither column ever changes,
-- so that only a reception pays for the index.
CREATE INDEX dossier_by_procedure ON dossier (procedure, received_at);
