package org.vitalroutes.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The callback URLs that this deployment has subscribed for each account, as hashes: who knows one
 * may post there.
 */
public final class OwnCallbacks {

  private final JdbcClient jdbc;

  public OwnCallbacks(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Records a URL before it is subscribed. */
  public void record(UUID account, String url) {
    jdbc.sql(
            """
            insert into own_callback (account_id, url_hash) values (?, ?)
            on conflict do nothing
            """)
        .param(account)
        .param(hash(url))
        .update();
  }

  /** Whether this deployment has subscribed the URL. */
  public boolean has(UUID account, String url) {
    return jdbc.sql(
            "select exists (select from own_callback where account_id = ? and url_hash = ?)")
        .param(account)
        .param(hash(url))
        .query(Boolean.class)
        .single();
  }

  private static byte[] hash(String url) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(url.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
