#!/usr/bin/env bash
# Installs what tests/slurm.rs needs: Slurm's controller, node daemon and commands.
set -euo pipefail
packages=(slurmctld slurmd slurm-client slurm-wlm-basic-plugins)
if command -v slurmctld slurmd sbatch >/dev/null; then exit 0; fi
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
"${as_root[@]}" apt-get -qq update
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends "${packages[@]}"
# The test starts daemons of its own, with its own configuration; the system's are not wanted.
"${as_root[@]}" systemctl disable --now slurmctld slurmd 2>/dev/null || true
