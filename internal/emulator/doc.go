// Package emulator is an in-memory Auth0 tenant over HTTPS, for tests.
package emulator
