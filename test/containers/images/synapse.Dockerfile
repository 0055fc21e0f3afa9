# Stands for the official image of Synapse: the same version from PyPI, started with the same variable.
ARG BASE
FROM ${BASE}
COPY site /opt/synapse
ENV PYTHONPATH=/opt/synapse PYTHONDONTWRITEBYTECODE=1
RUN PYTHONDONTWRITEBYTECODE= python3 -m compileall -q /opt/synapse || true
ENTRYPOINT ["sh", "-c", "exec python3 -m synapse.app.homeserver -c \"$SYNAPSE_CONFIG_PATH\""]
