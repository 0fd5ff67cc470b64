package schemas

// ConfigFile is the name in Formats of the schema of sim.yaml.
const ConfigFile = "config.schema.json"
