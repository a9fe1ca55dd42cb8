export interface User {
  id: string;
  name: string;
}

const users = new Map([["1", { id: "1", name: "Ada" }], ["2", { id: "2", name: "Grace" }]]);

export function findUser(id: string): User | undefined {
  return users.get(id);
}
