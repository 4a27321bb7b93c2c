"""mlaccess: who can do what with machine learning in an Elastic deployment, offline and with the reasons."""
