# By the full id
terraform import auth0vault_user.ada 'auth0|65a1f0c2d3e4b5a697887766'
