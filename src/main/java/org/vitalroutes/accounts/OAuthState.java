package org.vitalroutes.accounts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An authorization in progress: its caller, and where the browser goes afterwards.
 *
 * @param provider provider at which the user consents
 * @param subject the caller
 * @param patientId the Patient named by the caller's token, if any
 * @param redirectUri redirect URI of the app
 * @param actor who began it: the user, or a backend
 * @param link the connect link by which it began, if any
 */
public record OAuthState(
    String provider,
    String subject,
    @Nullable String patientId,
    String redirectUri,
    Actor actor,
    @Nullable UUID link) {

  private static final SecureRandom RANDOM = new SecureRandom();

  /** An authorization that the user began. */
  public OAuthState(
      String provider, String subject, @Nullable String patientId, String redirectUri) {
    this(provider, subject, patientId, redirectUri, Actor.of(subject), null);
  }

  /**
   * Requires that a Patient, if one is named, is named by a logical id.
   *
   * @throws ApiException when it is not
   */
  public static @Nullable String requirePatientId(@Nullable String patient) {
    if (patient != null && !AccountPatient.isLogicalId(patient)) {
      throw new ApiException(
          400, "invalid_patient", "The Patient must be a logical id of the FHIR server");
    }
    return patient;
  }

  /** The app's redirect URI with an outcome and the state. */
  public String redirect(String name, String outcome, String stateValue) {
    return redirectUri
        + (redirectUri.contains("?") ? "&" : "?")
        + name
        + "="
        + URLEncoder.encode(outcome, UTF_8)
        + "&state="
        + URLEncoder.encode(stateValue, UTF_8);
  }

  /** The app's redirect URI with a grant to confirm, and the state. */
  public String redirectToConfirm(String confirmation, String stateValue) {
    return redirectUri
        + (redirectUri.contains("?") ? "&" : "?")
        + "status=confirm&confirmation="
        + URLEncoder.encode(confirmation, UTF_8)
        + "&state="
        + URLEncoder.encode(stateValue, UTF_8);
  }

  /** A fresh value of 256 bits. */
  public static String freshValue() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** The hash that is stored in place of the value. */
  public static byte[] hash(String value) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(value.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }
}
