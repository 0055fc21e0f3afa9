# Stands for the official image of MongoDB: FerretDB, which keeps its data in files and knows no passwords.
ARG BASE
FROM ${BASE}
COPY ferretdb /usr/local/bin/ferretdb
CMD ["ferretdb", "-listen", "0.0.0.0:27017", "-folder", "/data/db"]
