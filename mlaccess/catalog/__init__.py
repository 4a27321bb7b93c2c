"""TABLES: what Elastic defines once and for all, as rows that cite a source and the versions they hold for."""
