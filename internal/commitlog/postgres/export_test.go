package postgres

// Migrate a database by migrations of the test's.
func Migrate(address string, to []string) error {
	config, err := configOf(address)
	if err != nil {
		return err
	}
	l := &link{pool: &pool{config: config}, keeps: true}
	defer l.close()
	return migrate(l, to)
}
