package org.vitalroutes.testsupport;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Issues bearer tokens of users, like an identity provider. */
public final class UserTokens {

  /** The audience of the tokens. */
  public static final String AUDIENCE = "vitalroutes";

  private static final UserTokens SHARED = new UserTokens(newKey());

  private final RSAKey key;

  /** To sign takes longer than most requests. */
  private final Map<String, String> signed;

  /** Signs with the key of this JVM, as to make one takes as long as many a test. */
  public UserTokens() {
    this.key = SHARED.key;
    this.signed = SHARED.signed;
  }

  private UserTokens(RSAKey key) {
    this.key = key;
    this.signed = new ConcurrentHashMap<>();
  }

  /** Those of another identity provider. */
  public static UserTokens ofAnother() {
    return new UserTokens(newKey());
  }

  /** The RSA key of this JVM, which signs its tokens. */
  public static RSAKey sharedKey() {
    return SHARED.key;
  }

  private static RSAKey newKey() {
    try {
      return new RSAKeyGenerator(2048).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes the public key as PEM, for the resource server. */
  public Path writePublicKey(Path file) {
    try {
      String body =
          Base64.getMimeEncoder(64, new byte[] {'\n'})
              .encodeToString(key.toRSAPublicKey().getEncoded());
      return Files.writeString(
          file, "-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The public key as a JWK set, under an id. */
  public String keySet(String keyId) {
    return new JWKSet(new RSAKey.Builder(key.toPublicJWK()).keyID(keyId).build()).toString();
  }

  /** A user's token that names the key which signed it. */
  public String signedByKey(String keyId, String subject) {
    return sign(
        new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(keyId).build(), claims(subject).build());
  }

  /** A user's token, valid for an hour at least. */
  public String of(String subject) {
    return sign(claims(subject).build());
  }

  /** A user's token with a Patient. */
  public String of(String subject, String patientId) {
    return sign(claims(subject).claim("patient", patientId).build());
  }

  /** An operator's token. */
  public String ofOperator(String subject) {
    return sign(claims(subject).claim("scope", "operations").build());
  }

  /** An operator's token that is valid for longer. */
  public String ofOperatorForADay(String subject) {
    return sign(
        claims(subject)
            .claim("scope", "operations accounts")
            .expirationTime(Date.from(hour().plusSeconds(86_400)))
            .build());
  }

  /** A token of a backend that acts for its users. */
  public String ofBackend(String subject) {
    return sign(claims(subject).claim("scope", "openid accounts").build());
  }

  /** A backend's token as some identity providers write it, with a Patient of no user. */
  public String ofBackendWithPatient(String subject, String patientId) {
    return sign(
        claims(subject).claim("scp", List.of("accounts")).claim("patient", patientId).build());
  }

  /** An expired token of a user. */
  public String expired(String subject) {
    return sign(claims(subject).expirationTime(Date.from(hour().minusSeconds(3600))).build());
  }

  /** A user's token without an expiry. */
  public String endless(String subject) {
    return sign(claims(subject).expirationTime(null).build());
  }

  /** An operator's token for another service; null for one that names no service. */
  public String forAnother(@Nullable String service, String subject) {
    return sign(claims(subject).claim("scope", "operations").audience(service).build());
  }

  /** A user's token with an issuer. */
  public String issuedBy(String issuer, String subject) {
    return sign(claims(subject).issuer(issuer).build());
  }

  /** An unsigned token. */
  public String unsigned(String subject) {
    return new PlainJWT(claims(subject).build()).serialize();
  }

  /** A signed token without a subject. */
  public String ofNobody() {
    return sign(new JWTClaimsSet.Builder(claims("").build()).subject(null).build());
  }

  /** A forged token: signed by HMAC with the bytes of a file as secret. */
  public String signedWith(Path secret, String subject) {
    try {
      SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims(subject).build());
      token.sign(new MACSigner(Files.readAllBytes(secret)));
      return token.serialize();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JWTClaimsSet.Builder claims(String subject) {
    return new JWTClaimsSet.Builder()
        .subject(subject)
        .audience(AUDIENCE)
        .issueTime(Date.from(hour()))
        .expirationTime(Date.from(hour().plusSeconds(7200)));
  }

  /** The beginning of this hour, so that who asks for the same token again gets it again. */
  private static Instant hour() {
    return Instant.now().truncatedTo(ChronoUnit.HOURS);
  }

  private String sign(JWTClaimsSet claims) {
    return sign(new JWSHeader(JWSAlgorithm.RS256), claims);
  }

  private String sign(JWSHeader header, JWTClaimsSet claims) {
    return signed.computeIfAbsent(header + " " + claims, each -> signNow(header, claims));
  }

  private String signNow(JWSHeader header, JWTClaimsSet claims) {
    try {
      SignedJWT token = new SignedJWT(header, claims);
      token.sign(new RSASSASigner(key));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
