"""What merchants may ask; every answer comes out of `mesinfos.consent`."""
