import type { ConnectionCheckName } from '../../../preload/contract/connection-checks.ts';
import type { RepositoryReference } from '../../oci/reference.ts';

/** What is known of a registry before anything is tried: pure advice, never a decision. */
export interface KnownRegistry {
  readonly name: string;
  /** What to know before it hurts, in sentences for a person. */
  readonly advice: readonly string[];
  /** What to do when a check fails here, in place of the general hint. */
  readonly hints?: Partial<Record<ConnectionCheckName, string>>;
}

interface Entry extends KnownRegistry {
  readonly host: RegExp;
}

const registries: readonly Entry[] = [
  {
    name: 'Docker Hub',
    host: /^(?:(?:index\.)?docker\.io|registry-1\.docker\.io)$/,
    advice: [
      'Docker Hub counts pulls. Looking for new messages is not counted; fetching one is.',
      'New repositories may be public: anybody could read what is sent. Make this one private first.',
      'Nothing can be removed by DockerComms here; what has expired stays until somebody deletes it on the website.',
    ],
    hints: { login: 'Use your user name with a personal access token that may read and write.' },
  },
  {
    name: 'GitHub Container Registry',
    host: /^ghcr\.io$/,
    advice: [
      'Log in with your GitHub name and a personal access token (classic) that has the scope write:packages.',
      'A new package is private: give those you write to access in its settings on GitHub.',
      'Tags cannot be removed by DockerComms here; what has expired stays until somebody deletes it on GitHub.',
    ],
    hints: { push: 'The token needs the scope write:packages, and you need write access to this package.' },
  },
  {
    name: 'GitLab',
    host: /^registry\.gitlab\.com$|(?:^|\.)gitlab\./,
    advice: [
      'GitLab takes only kinds of content that are on its list, and may refuse messages. Test before you rely on it.',
    ],
    hints: {
      artifacts:
        'GitLab refuses kinds of content that are not on its list. Use another registry, or ask the administrator of a GitLab of your own to allow application/vnd.dockercomms.*.',
      login: 'Use your user name with an access token that has the scopes read_registry and write_registry.',
    },
  },
  {
    name: 'Amazon ECR',
    host: /^\d{12}\.dkr\.ecr(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$|^public\.ecr\.aws$/,
    advice: [
      'The repository must be created first: ECR makes none by itself.',
      'Passwords of ECR run out after twelve hours. Set up docker-credential-ecr-login and use the login from Docker.',
    ],
    hints: {
      push: 'ECR makes no repositories by itself. Create it first: aws ecr create-repository --repository-name, then the path.',
      login: 'A password of ECR is good for twelve hours. Get a new one with aws ecr get-login-password.',
    },
  },
  {
    name: 'Google Artifact Registry',
    host: /^[a-z0-9-]+-docker\.pkg\.dev$/,
    advice: [
      'The repository (project and name) must be created first; what follows in the path may be new.',
      'Access tokens run out after an hour. Set up gcloud auth configure-docker and use the login from Docker.',
    ],
    hints: { push: 'Create the repository in Artifact Registry first, and give yourself the role Writer.' },
  },
  {
    name: 'Azure Container Registry',
    host: /\.azurecr\.(?:io|cn|us)$/,
    advice: [
      'The login of az acr login runs out after three hours. For a lasting one use a token of the registry.',
    ],
    hints: { push: 'Your identity or token needs the role AcrPush for this registry.' },
  },
  {
    name: 'Quay',
    host: /^quay\.io$/,
    advice: ['A robot account with write access makes a good login: it can be taken back alone.'],
  },
];

/** What is known of the registry of this repository by its host name; null for most. */
export function knownRegistry({ host }: RepositoryReference): KnownRegistry | null {
  const name = host.replace(/:\d+$/, '').replace(/\.$/, '');
  return registries.find((registry) => registry.host.test(name)) ?? null;
}
