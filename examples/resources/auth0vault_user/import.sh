# By the full ID
terraform import auth0vault_user.ada 'auth0|65a1f0c2d3e4b5a697887766'

# By the e-mail address, if only one user has it
terraform import auth0vault_user.ada 'email:ada@example.com'
