package emulator

import (
	"slices"
	"strings"
	"time"
)

// userStore holds the users, what the search index knows of them, and where to find them. Stored users are never
// changed in place: a write puts a new one.
type userStore struct {
	byID    map[string]*userRecord
	records []*userRecord // in the order of creation; those that are gone for the search too are dropped now and then
	dead    int
	index   map[string][]*userRecord // by kind of identifier and value
}

type userRecord struct {
	user *User // nil: deleted
	line timeline[*User]
}

func newUserStore() userStore {
	return userStore{byID: map[string]*userRecord{}, index: map[string][]*userRecord{}}
}

func (s *userStore) get(id string) *User {
	if r := s.byID[id]; r != nil {
		return r.user
	}
	return nil
}

// all lists the users in the order of creation.
func (s *userStore) all() []*User {
	out := make([]*User, 0, len(s.byID))
	for _, r := range s.records {
		if r.user != nil {
			out = append(out, r.user)
		}
	}
	return out
}

// seen lists the users as the search index knows them.
func (s *userStore) visible() []*User {
	n := time.Now()
	out := make([]*User, 0, len(s.records))
	for _, r := range s.records {
		if u, ok := r.line.visible(n); ok {
			out = append(out, u)
		}
	}
	return out
}

func (s *userStore) put(u *User, delay time.Duration) {
	r := s.byID[u.ID]
	if r == nil {
		r = &userRecord{}
		s.byID[u.ID] = r
		s.records = append(s.records, r)
	} else {
		s.unindex(r)
	}
	n := time.Now()
	r.user = u
	r.line.add(u.searchable(), false, n, n.Add(delay))
	for _, k := range keysOf(u) {
		s.index[k] = append(s.index[k], r)
	}
}

func (s *userStore) remove(id string, delay time.Duration) {
	r := s.byID[id]
	if r == nil {
		return
	}
	s.unindex(r)
	delete(s.byID, id)
	r.user = nil
	n := time.Now()
	r.line.add(nil, true, n, n.Add(delay))
	if s.dead++; s.dead > 1000 && s.dead > len(s.records)/2 {
		s.records = slices.DeleteFunc(s.records, func(r *userRecord) bool { return r.user == nil && r.line.over(n) })
		s.dead = len(s.records) - len(s.byID)
	}
}

func (s *userStore) unindex(r *userRecord) {
	for _, k := range keysOf(r.user) {
		if left := slices.DeleteFunc(s.index[k], func(o *userRecord) bool { return o == r }); len(left) > 0 {
			s.index[k] = left
		} else {
			delete(s.index, k)
		}
	}
}

// keysOf are the index entries of a user.
func keysOf(u *User) []string {
	var keys []string
	for kind, value := range map[string]string{"email": u.Email, "username": u.Username, "phone_number": u.PhoneNumber} {
		if value != "" {
			keys = append(keys, kind+" "+value)
		}
	}
	return keys
}

func (s *userStore) byEmail(email string) []*User {
	var out []*User
	for _, r := range s.index["email "+email] {
		out = append(out, r.user)
	}
	return out
}

// takenBy reports whether another user of the connection has the identifier.
func (s *userStore) takenBy(u *User, kind string) bool {
	value := map[string]string{"email": u.Email, "username": u.Username, "phone_number": u.PhoneNumber}[kind]
	return value != "" && slices.ContainsFunc(s.index[kind+" "+value], func(r *userRecord) bool {
		return r.user.ID != u.ID && r.user.Connection == u.Connection
	})
}

// taken reports whether any identifier of a new user is taken.
func (s *userStore) taken(u *User) bool {
	return s.takenBy(u, "email") || s.takenBy(u, "username") || u.Provider == "sms" && s.takenBy(u, "phone_number")
}

// Users returns copies of all users, oldest first.
func (t *Tenant) Users() []User {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := []User{}
	for _, u := range t.users.all() {
		out = append(out, *u.copy())
	}
	return out
}

// User returns a copy of one user.
func (t *Tenant) User(id string) (User, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if u := t.users.get(id); u != nil {
		return *u.copy(), true
	}
	return User{}, false
}

// AddUser stores a user, or replaces the one with its id. It checks nothing, and fills in id, connection, times
// and what the server would generate.
//
// The provider of a user in a connection that the tenant does not have comes from the ID: "google-oauth2|1087",
// "samlp|okta|ada" (the connection is okta, unless it is given). Such a connection is created.
func (t *Tenant) AddUser(u User) User {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := u.copy()
	db := t.placeUser(c)
	if c.CreatedAt.IsZero() {
		c.CreatedAt = now()
	}
	if c.UpdatedAt.IsZero() {
		c.UpdatedAt = c.CreatedAt
	}
	if c.ID == "" {
		c.ID = objectID(c.CreatedAt)
	}
	if !strings.Contains(c.ID, "|") {
		c.ID = c.Provider + "|" + c.ID
	}
	c.Email, c.Username = db.stored(c.Email), strings.ToLower(c.Username)
	if c.Password != "" {
		c.setPassword(c.Password)
	}
	if c.generated() {
		c.addDefaults()
	}
	t.users.put(c, t.behavior.SearchDelay)
	return *c.copy()
}

// placeUser fills in the provider and the connection of a user, and finds the connection.
func (t *Tenant) placeUser(u *User) *Database {
	db := t.database(u.Connection)
	if u.Provider == "" {
		u.Provider = "auth0"
		if db != nil {
			u.Provider = db.Strategy
		} else if prefix, _, ok := strings.Cut(u.ID, "|"); ok {
			u.Provider = prefix
		}
	}
	if u.Connection == "" {
		u.Connection = u.Provider
		if parts := strings.Split(u.ID, "|"); u.Provider == "auth0" {
			u.Connection = DefaultDatabase
		} else if len(parts) > 2 { // those of enterprise users contain the name of the connection
			u.Connection = parts[1]
		}
		db = t.database(u.Connection)
	}
	if db == nil && u.Provider != "auth0" {
		t.addDatabase(Database{Name: u.Connection, Strategy: u.Provider})
		db = t.database(u.Connection)
	}
	if db == nil { // a database that was deleted
		db = &Database{Name: u.Connection, Strategy: u.Provider}
	}
	return db
}

// EditUser is a write by another client: it moves updated_at. It panics if the user does not exist.
func (t *Tenant) EditUser(id string, f func(*User)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	old := t.users.get(id)
	if old == nil {
		panic("emulator: no user " + id)
	}
	u := old.copy()
	f(u)
	u.ID = id
	if u.UpdatedAt.Equal(old.UpdatedAt) {
		u.UpdatedAt = after(old.UpdatedAt)
	}
	t.users.put(u, t.behavior.SearchDelay)
}

// DeleteUser removes a user, if it is there.
func (t *Tenant) DeleteUser(id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.users.remove(id, t.behavior.SearchDelay)
}
