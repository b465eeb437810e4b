package org.vitalroutes.provider;

/**
 * A vendor with which users connect accounts. What is said to it on the wire is in route files of
 * its own, behind the endpoints {@code direct:{id}-exchange}, {@code -refresh}, {@code -subscribe},
 * {@code -leave} and {@code -revoke} (docs/decisions/0013).
 */
public interface Provider {

  /** Its name in paths, in the database and in its endpoints: {@code withings}. */
  String id();

  /**
   * Where to send a user to consent.
   *
   * @param state that comes back
   * @param redirectUri where the vendor sends the browser afterwards
   */
  String authorizationUrl(String state, String redirectUri);
}
