"""How appointments, promises and deadlines are found in what somebody says, and on what day they fall."""
