"""What happens in the chats: the account's messages arrive, users write, tap and leave."""
